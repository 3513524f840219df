// Everything that every page needs in the browser. Other scripts belong to one page and are loaded there.
import './htmx.ts';
import './address.ts';
import './copy.ts';
import './dialogs.ts';
import './download.ts';
import './filter.ts';
import './keys.ts';
import './live.ts';
import './menus.ts';
import './merge.ts';
import './order.ts';
import './rename.ts';
import './sign-in.ts';
import './tabs.ts';
import './theme.ts';
import './times.ts';
import './toasts.ts';
