import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

export interface ReceivedMail {
  readonly from: string;
  readonly to: string;
  /** Headers and text as they came. */
  readonly data: string;
}

export interface SmtpServer {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  /** What the next commands of this name are answered with, for example `RCPT` → `550 5.1.1 no such user`. */
  readonly answers: Map<string, string>;
  /** As `\0user\0password`. */
  readonly logins: readonly string[];
}

/** Takes mails as a mail server does, without encryption. */
export async function startSmtpServer(t: TestContext): Promise<SmtpServer> {
  const mails: ReceivedMail[] = [];
  const logins: string[] = [];
  const answers = new Map<string, string>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    let mail = { from: '', to: '' };
    let data: string | undefined;
    let rest = '';
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    const take = (line: string): void => {
      if (data !== undefined) {
        if (line !== '.') {
          data += `${line.replace(/^\.\./, '.')}\n`;
          return;
        }
        mails.push({ ...mail, data });
        data = undefined;
        say('250 taken');
        return;
      }
      const [verb = ''] = line.toUpperCase().split(/[ :]/);
      const set = answers.get(verb);
      if (set !== undefined) {
        say(set);
        return;
      }
      if (verb === 'EHLO') say('250-here\r\n250 AUTH PLAIN');
      else if (verb === 'AUTH') {
        logins.push(Buffer.from(line.split(' ')[2] ?? '', 'base64').toString());
        say('235 welcome');
      } else if (verb === 'MAIL') {
        mail = { ...mail, from: addressIn(line) };
        say('250 ok');
      } else if (verb === 'RCPT') {
        mail = { ...mail, to: addressIn(line) };
        say('250 ok');
      } else if (verb === 'DATA') {
        data = '';
        say('354 go on');
      } else if (verb === 'QUIT') socket.end('221 bye\r\n');
      else say('502 not known here');
    };
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) take(line);
    });
    say('220 here');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, mails, answers, logins };
}

function addressIn(line: string): string {
  return /<([^>]*)>/.exec(line)?.[1] ?? '';
}
