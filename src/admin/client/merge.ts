import { htmx } from './htmx.ts';

interface MorphDetail {
  readonly oldNode: unknown;
  readonly newNode: unknown;
}

// A row whose mark is the same holds the same: it is not looked into. Of two hundred rows one or two change at a time.
htmx.registerExtension('marks', {
  htmx_before_morph_node(_element: Element, { oldNode, newNode }: MorphDetail) {
    if (!(oldNode instanceof HTMLElement) || !(newNode instanceof HTMLElement)) return true;
    const { mark } = oldNode.dataset;
    return mark === undefined || mark !== newNode.dataset['mark'];
  },
});
