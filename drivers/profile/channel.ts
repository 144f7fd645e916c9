import type { ChannelName, Profile } from './profile.ts';

/** The profile of one of two axes in a unit: the common registers and its own; the same where the unit has one axis. */
export function channelProfile(profile: Profile, channel: ChannelName | null): Profile {
  const own = channel === null ? undefined : profile.channels?.[channel];
  if (channel === null || own === undefined) return profile;
  const { channels: _, ...common } = profile;
  return { ...common, registers: { ...profile.registers, ...own.registers }, narrowed: { channel, of: profile } };
}

/** The names of the axes in one unit; empty where it has only one. */
export function channelNames(profile: Profile): readonly ChannelName[] {
  return Object.keys(profile.channels ?? {}) as ChannelName[];
}
