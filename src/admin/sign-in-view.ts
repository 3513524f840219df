import type { FlowState, FlowView } from '../oauth/flow.ts';
import type { Revoked } from '../oauth/outcome.ts';
import type { GivenBackView, SignInFlowState, SignInFlowView } from './contract-accounts.ts';
import { moment } from './status.ts';

/** A sign-in as plain JSON. */
export function flowView(flow: FlowView): SignInFlowView {
  return {
    id: flow.id,
    account: flow.purpose,
    provider: flow.provider,
    way: flow.way,
    startedAt: moment(flow.startedAt),
    expiresAt: moment(flow.expiresAt),
    state: stateView(flow.state),
    warning: flow.warning ?? null,
  };
}

function stateView(state: FlowState): SignInFlowState {
  switch (state.is) {
    case 'needs-user': {
      if (state.do === 'open') return state;
      const { completeUrl, notice } = state;
      return { ...state, completeUrl: completeUrl ?? null, notice: notice ?? null };
    }
    case 'done':
      return { is: 'done', label: state.label ?? null };
    case 'pending':
    case 'failed':
      return state;
  }
}

/** What became of tokens that were given back, as plain JSON. */
export function givenBackView(revoked: Revoked): GivenBackView {
  return { is: revoked.is, reason: revoked.is === 'failed' ? revoked.reason : null };
}
