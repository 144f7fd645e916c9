import type { Profile } from '../../drivers/profile/index.ts';
import { dooyaFraming } from './dooya-framing.ts';
import type { Framing } from './framing.ts';
import { rtuFraming } from './rtu-framing.ts';

const framings: Readonly<Record<Profile['framing'], Framing>> = { rtu: rtuFraming, dooya: dooyaFraming };

/** How the drives of a profile speak. */
export const framingOf = ({ framing }: Pick<Profile, 'framing'>): Framing => framings[framing];
