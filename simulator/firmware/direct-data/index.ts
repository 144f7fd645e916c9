// How an Oriental Motor drive with direct data behaves behind its registers: outputs that say what it is ready for, a
// trigger that clears itself, alarms of three kinds. Written from the manual, not from the scheme.
export { directData } from './personality.ts';
