/** In the data folder: what connectors send arrives here. */
export const UPLOADS = 'uploads';

/** In the data folder: one folder for each hosted connector, in which its process works. */
export const HOSTED = 'hosted';
