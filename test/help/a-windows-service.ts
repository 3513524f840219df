/** What `sc.exe qc` says of our service, its labels in another language. */
export function aService(program: string, home: string): string {
  return [
    '[SC] QueryServiceConfig ERFOLG',
    '',
    'DIENSTNAME: claude-code-proxy',
    '        TYP                : 10  WIN32_OWN_PROCESS ',
    '        STARTTYP           : 2   AUTO_START  (DELAYED)',
    `        PFAD               : "${program}" service run --home "${home}"`,
    '        ANZEIGENAME        : Claude Code Proxy',
    String.raw`        STARTNAME          : NT SERVICE\claude-code-proxy`,
    '',
  ].join('\r\n');
}
