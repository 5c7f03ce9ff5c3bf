/** What `--help` and the settings page show. */
export const outline = {
  name: 'baton-csv',
  version: '0.1.0',
  displayName: 'CSV files',
  description: 'Who holds which role and is in which group, by a folder of CSV files',
  fields: {
    'csv-folder': {
      kind: 'string',
      required: true,
      displayName: 'Folder',
      description: 'Folder with people.csv, groups.csv, roles.csv and holders.csv',
    },
  },
} as const;
