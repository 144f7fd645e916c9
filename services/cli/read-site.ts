import { loadSite, type Site } from '../../config/index.ts';

/** The site of a command's argument, with the environment's overrides. @throws SiteError with every problem */
export const readSite = (file: string): Promise<Site> => loadSite(file, process.env);
