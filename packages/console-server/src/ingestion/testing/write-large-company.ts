// A program of its own. Arguments: a folder, accounts, grants.
import { writeLargeCompany } from './large-company.ts';

const [folder = '.', accounts, grants] = process.argv.slice(2);
await writeLargeCompany(folder, Number(accounts), Number(grants));
