// Motors whose only command is a speed, and which measure nothing: on, off and the direction is all that is known of
// them. There is no power state to walk through, so the drive counts as enabled as soon as it answers.
export { openLoopSpeed } from './open-loop-speed.ts';
