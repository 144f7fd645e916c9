// Who may come in: addresses to listen on, roles, tokens, one-time links. Loopback and closed until told otherwise.
// It refuses to know what is behind a door.
export { mayAct, type Access, type RouteRole } from './access.ts';
export { openTokenFile, type TokenFile } from './token-file.ts';
export { brokerLogin } from './broker-login.ts';
export { loginLink } from './login-link.ts';
export { checkDoors, isLoopback } from './doors.ts';
export { cannotListen, listen, reachable } from './listen.ts';
