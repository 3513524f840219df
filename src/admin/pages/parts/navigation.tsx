/** @jsxImportSource hono/jsx */
import { Icon, type IconName } from './icons.tsx';

/** The pages there are, in the order in which they are listed. `key` follows a `g`. */
export const pages = [
  { name: 'accounts', title: 'Accounts', path: '/accounts', key: 'a' },
  { name: 'usage', title: 'Usage', path: '/usage', key: 'u' },
  { name: 'requests', title: 'Requests', path: '/requests', key: 'r' },
  { name: 'keys', title: 'Keys', path: '/keys', key: 'k' },
  { name: 'settings', title: 'Settings', path: '/settings', key: 's' },
  // Not `/health`: that is what load balancers ask.
  { name: 'health', title: 'Health', path: '/doctor', key: 'h' },
] as const satisfies readonly { name: IconName; title: string; path: string; key: string }[];

export type PageName = (typeof pages)[number]['name'];

export function Navigation({ current }: { current: PageName }) {
  return (
    <nav aria-label="Pages">
      <ul>
        {pages.map(({ name, title, path, key }) => (
          <li>
            <a href={path} aria-current={name === current ? 'page' : undefined} data-key={`g ${key}`}>
              <Icon name={name} />
              <span>{title}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
