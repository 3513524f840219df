import { numberOption, option, textOption, type Declarer } from './declare.ts';

/** `service`: the proxy as a service of systemd, launchd or Windows. */
export function declareService(root: Declarer): void {
  const service = root.group(
    'service',
    'have the proxy run by itself: systemd, launchd, or a service of Windows',
  );
  const system = ofTheMachine();
  service.add(
    {
      usage: 'install',
      summary: 'install the service and start it',
      more:
        'Your own service needs no rights and has your keychain. With --system it is there before anybody logs in and ' +
        'has a user, a home directory and no keychain of its own. Once more after an update of the program ' +
        'or of `server.drain_seconds`.',
      options: [
        system,
        textOption(
          '--as <user>',
          'with --system: who runs it (Linux: claude-code-proxy, made where it is missing)',
        ),
        option('--no-start', 'install it without starting it now'),
      ],
      json: true,
      examples: [
        ['service install', 'for you'],
        ['service install --system', 'for the machine; as root'],
      ],
    },
    async () => (await import('./service-install.ts')).serviceInstall,
  );
  service.add(
    {
      usage: 'uninstall',
      summary: 'stop the service and take it away; accounts, settings and ledger stay',
      options: [system],
      json: true,
      examples: [['service uninstall', '']],
    },
    async () => (await import('./service-uninstall.ts')).serviceUninstall,
  );
  declareTurning(service);
  declareLooking(service);
  service.add(
    {
      usage: 'run',
      summary: 'what the service control manager of Windows starts; not for people',
      examples: [['service run', '']],
    },
    async () => (await import('./service-run.ts')).serviceRun,
  );
}

function declareTurning(service: Declarer): void {
  const system = ofTheMachine();
  service.add(
    {
      usage: 'start',
      summary: 'start the service; comes back when it answers',
      options: [system],
      json: true,
      examples: [['service start', '']],
    },
    async () => (await import('./service-start.ts')).serviceStart,
  );
  service.add(
    {
      usage: 'stop',
      summary: 'stop the service; running answers may end first',
      options: [system],
      json: true,
      examples: [['service stop', '']],
    },
    async () => (await import('./service-stop.ts')).serviceStop,
  );
  service.add(
    {
      usage: 'restart',
      summary: 'stop and start the service; running answers may end first',
      options: [system],
      json: true,
      examples: [['service restart', 'after an update, or a setting that waits for a restart']],
    },
    async () => (await import('./service-start.ts')).serviceRestart,
  );
}

function declareLooking(service: Declarer): void {
  const system = ofTheMachine();
  service.add(
    {
      usage: 'status',
      summary: 'whether the service runs, and what declares it',
      more: 'Exits with 5 where it does not run, with 4 where it is not installed.',
      options: [system],
      json: true,
      examples: [['service status', '']],
    },
    async () => (await import('./service-status.ts')).serviceStatus,
  );
  service.add(
    {
      usage: 'logs',
      summary: 'what the service said: from the journal of systemd, else from its log file',
      options: [
        system,
        option('-f, --follow', 'go on with what is written from now on, until Ctrl-C'),
        numberOption('-n, --lines <count>', 'how many of the last lines (default: 100)', 0, 1_000_000),
      ],
      json: true,
      examples: [['service logs -f', 'watch it']],
    },
    async () => (await import('./service-logs.ts')).serviceLogs,
  );
}

function ofTheMachine() {
  return option('--system', 'that of the whole machine, not your own (on Windows there is no other)');
}
