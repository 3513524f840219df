const units = [
  ['G', 1e9],
  ['M', 1e6],
  ['k', 1e3],
] as const;

/** `940`, `12.3k`, `4.56M`: three digits that count. */
export function shortNumber(value: number): string {
  for (const [unit, size] of units) {
    if (value < size * 0.9995) continue;
    const scaled = value / size;
    return `${scaled.toFixed(scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0)}${unit}`;
  }
  return String(Math.round(value));
}

/** `$0`, `$0.0042`, `$1.23`, `$1234.56`: cents, and more where it is less than ten of them. */
export function dollars(usd: number): string {
  const size = Math.abs(usd);
  const sign = usd < 0 ? '-' : '';
  if (size === 0) return '$0';
  if (size < 0.00005) return `${sign}<$0.0001`;
  return `${sign}$${size.toFixed(size < 0.1 ? 4 : 2)}`;
}

/** `62 %`; nothing where there is no share. */
export function share(part: number | null): string {
  return part === null ? '' : `${Math.round(part * 100)} %`;
}
