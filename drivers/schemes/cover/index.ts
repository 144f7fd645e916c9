// Curtain and blind drives: open, close, stop, go to a percentage. They have no power states, no ramps that could be told,
// and know where they are only once they have been at an end of their stroke.
export { cover } from './cover.ts';
