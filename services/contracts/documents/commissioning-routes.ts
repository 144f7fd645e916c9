import { z } from 'zod';
import { PortDescription, ScanRequest, ScanResource } from '../commissioning.ts';
import { ok, type Route } from './route.ts';

export const commissioningRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/ports',
    id: 'ports',
    tag: 'commissioning',
    role: 'viewer',
    summary: 'The serial ports of this machine with all their names, and who has each',
    answers: ok(z.array(PortDescription), 'The ports'),
  },
  {
    method: 'post',
    path: '/v1/scans',
    id: 'startScan',
    tag: 'commissioning',
    role: 'engineer',
    summary: 'Search ports for drives. Only reads; a port that a line or another program has is left alone',
    body: ScanRequest,
    answers: [{ status: 202, description: 'It runs; follow it at Location', schema: ScanResource, location: true }],
    problems: ['portTaken', 'scanRunning'],
  },
  {
    method: 'get',
    path: '/v1/scans/{scan}',
    id: 'scan',
    tag: 'commissioning',
    role: 'viewer',
    summary: 'How far a scan is, what it has found, and the YAML for a site file',
    answers: ok(ScanResource, 'The scan'),
    problems: ['notFound'],
  },
  {
    method: 'delete',
    path: '/v1/scans/{scan}',
    id: 'interruptScan',
    tag: 'commissioning',
    role: 'engineer',
    summary: 'End a scan early; what it has found until then stays',
    answers: ok(ScanResource, 'The scan, as it was when it was told to end'),
    problems: ['notFound'],
  },
];
