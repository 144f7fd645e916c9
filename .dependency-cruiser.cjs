/** The house plan: which room may open which door. What is not listed is forbidden. */
const rooms = {
  'drivers/base': [],
  'drivers/transport': ['drivers/base'],
  'drivers/profile': ['drivers/base'],
  'drivers/modbus': ['drivers/base', 'drivers/transport'],
  'drivers/schemes': ['drivers/base', 'drivers/profile'],
  'drivers/drive': ['drivers/base', 'drivers/profile', 'drivers/modbus', 'drivers/schemes'],
  'drivers/conformance': ['drivers/(base|transport|modbus|profile|schemes|drive)'],
  'services/contracts': ['drivers/base'],
  'services/platform': ['drivers/base', 'services/contracts'],
  config: ['drivers/base', 'drivers/profile'],
  'services/broker': ['services/platform', 'config'],
  simulator: ['drivers/base', 'drivers/profile', 'drivers/modbus/framing', 'config', 'services/platform'],
  'services/device': [
    'drivers/(base|transport|modbus|profile|drive)',
    'config',
    'services/contracts',
    'services/platform',
  ],
  'services/commissioning': [
    'drivers/(base|transport|modbus|profile|drive)',
    'config',
    'services/contracts',
    'services/platform',
  ],
  'services/orchestrator': ['services/contracts', 'services/platform', 'config'],
  'services/dashboard': ['services/contracts'],
  'services/supervisor': ['config', 'services/platform'],
  'services/cli': [
    'config',
    'services/(contracts|platform|device|commissioning|orchestrator|broker|supervisor)',
    'simulator',
    'drivers/[^/]+',
  ],
};
const inRoom = (room) => `^${room}/`;
const pure =
  '^(drivers/base/|drivers/schemes/|drivers/modbus/framing/|drivers/profile/(codec|read-plan)\\.ts|config/(expressions|interlocks)/|services/[^/]+/domain/|services/[^/]+/[^/]+/domain/)';
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(rooms).map(([room, doors]) => ({
      name: 'house-plan',
      comment: `${room} may use only: ${doors.join(', ') || 'nothing'}`,
      severity: 'error',
      from: { path: inRoom(room) },
      to: {
        path: '^(drivers|config|services|simulator|tests)/',
        pathNot: [room, ...doors].map(inRoom),
      },
    })),
    {
      name: 'no-room-without-a-plan',
      comment: 'every folder of drivers and services is a room above',
      severity: 'error',
      from: { path: '^(drivers|services)/', pathNot: Object.keys(rooms).map(inRoom) },
      to: {},
    },
    {
      name: 'use-the-door',
      comment: 'from another room, import its index.ts',
      severity: 'error',
      from: { path: '^(drivers/[^/]+|services/[^/]+|config|simulator)/', pathNot: '^tests/' },
      to: {
        path: '^(drivers/[^/]+|services/[^/]+|config|simulator)/',
        // the CLI enters each process by its own entry; the simulator shares only the framing with the line engine
        pathNot: ['^$1/', '/index\\.ts$', '/process\\.ts$'],
      },
    },
    {
      name: 'pure-stays-pure',
      comment: 'decisions take values and give values: no I/O, no library but the schema one',
      severity: 'error',
      from: { path: pure },
      to: { dependencyTypes: ['core', 'npm'], pathNot: ['node_modules/zod'] },
    },
    {
      name: 'one-modbus-library-door',
      severity: 'error',
      from: { path: '^(drivers|services|config|simulator)/', pathNot: '^drivers/modbus/library\\.ts$' },
      to: { path: 'node_modules/modbus-serial' },
    },
    {
      name: 'no-simulator-in-production',
      comment: 'only the command line starts the simulator, as a process of its own',
      severity: 'error',
      from: { path: '^(drivers|config|services)/', pathNot: '^services/cli/' },
      to: { path: '^simulator/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
  },
};
