/** MQTT topics under one root; ids are checked before they get here. */
export function topicsOf(root: string): Topics {
  const drive = (id: string): string => `${root}/drives/${id}`;
  return {
    site: `${root}/site`,
    lineAvailability: (line) => `${root}/lines/${line}/availability`,
    driveAvailability: (id) => `${drive(id)}/availability`,
    driveInfo: (id) => `${drive(id)}/info`,
    driveState: (id) => `${drive(id)}/state`,
    driveEvent: (id, type) => `${drive(id)}/event/${type}`,
    driveCommand: (id, command) => `${drive(id)}/commands/${command}`,
    driveResults: (id) => `${drive(id)}/results`,
    stopAll: `${root}/stop`,
    groupState: (id) => `${root}/groups/${id}/state`,
    groupCommand: (id, command) => `${root}/groups/${id}/commands/${command}`,
    groupResults: (id) => `${root}/groups/${id}/results`,
    programRun: (id) => `${root}/programs/${id}/run`,
  };
}

export interface Topics {
  readonly site: string;
  readonly lineAvailability: (line: string) => string;
  readonly driveAvailability: (drive: string) => string;
  readonly driveInfo: (drive: string) => string;
  readonly driveState: (drive: string) => string;
  readonly driveEvent: (drive: string, type: string) => string;
  readonly driveCommand: (drive: string, command: string) => string;
  readonly driveResults: (drive: string) => string;
  readonly stopAll: string;
  readonly groupState: (group: string) => string;
  readonly groupCommand: (group: string, command: string) => string;
  readonly groupResults: (group: string) => string;
  readonly programRun: (program: string) => string;
}
