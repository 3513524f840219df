import { ApiError } from './errors.ts';
import type { JsonObject } from './json.ts';

interface CodedError {
  readonly status: number;
  readonly message: string;
  /** Members of `error.details` beside `error_code`. */
  readonly details?: JsonObject;
  readonly headers?: readonly string[];
}

/**
 * Every `error.details.error_code` that concerns calls a gateway carries, with the status it comes with
 * (types and comments of the official SDK 1.12). The wording is ours: the API's own may change at any time.
 */
const codedErrors: Readonly<Record<string, CodedError>> = {
  enforced_spend_limit_reached: {
    status: 429,
    message: 'Your organization has crossed the monthly usage threshold of its API tier.',
  },
  contract_spend_limit_reached: {
    status: 429,
    message: 'Your organization has reached the spend limit of its contract.',
  },
  ramp_limit_exceeded: {
    status: 429,
    message: 'This request would exceed the limit on how fast usage can grow. Try again later.',
    headers: ['retry-after', '20'],
  },
  organization_on_hold: {
    status: 400,
    message: 'This organization has been disabled.',
    details: { appeal_url: 'https://example.com/appeal' },
  },
  claude_code_key_creator_not_member: {
    status: 400,
    message: 'The user who created this API key is no longer a member of the organization.',
  },
  organization_type_not_supported: {
    status: 400,
    message: 'This endpoint does not support organizations of this type.',
  },
  organization_not_enrolled_in_beta: {
    status: 400,
    message: 'The beta that this endpoint requires is not enabled for the organization.',
  },
  parent_organization_required: {
    status: 400,
    message: 'This endpoint serves only organizations that belong to a parent organization.',
  },
  cmek_key_disabled: { status: 400, message: 'The encryption key of the workspace is disabled.' },
  cmek_key_network_blocked: {
    status: 400,
    message: 'The key management service blocked the request to the encryption key of the workspace.',
  },
  cmek_context_unavailable: {
    status: 503,
    message: 'The encryption settings of the workspace could not be read. Try again in a few minutes.',
  },
  cmek_key_unreachable: {
    status: 503,
    message: 'The encryption key of the workspace could not be reached. Try again.',
  },
  linked_organization_billing_unavailable: {
    status: 402,
    message: 'The organization linked to this user profile cannot be billed at the moment.',
  },
  linked_organization_spend_limit_reached: {
    status: 402,
    message: 'The organization linked to this user profile has reached a spend limit.',
  },
  claude_code_version_too_old: {
    status: 400,
    message: 'This version of Claude Code is too old for the requested model. Please update.',
  },
  request_body_encoding_invalid: {
    status: 400,
    message: 'The request body is not valid for its Content-Encoding.',
  },
  request_body_encoding_unsupported: {
    status: 400,
    message: 'The Content-Encoding of the request is not supported.',
  },
  request_body_timeout: { status: 400, message: 'The request body did not finish arriving in time.' },
  unsupported_charset: {
    status: 400,
    message: 'The charset of the request is not one of UTF-8, ISO-8859-1 and US-ASCII.',
  },
  image_dimensions_too_large: {
    status: 400,
    message: 'At least one image dimension exceeds the maximum of 8000 pixels.',
    details: { max_side_length_pixels: 8000, paths: ['messages.0.content.0'] },
  },
  available_tools_limit_exceeded: { status: 400, message: 'Too many tools are available at this point.' },
  tool_name_conflict: { status: 400, message: 'A tool takes a name that another tool already holds.' },
  tool_reference_unresolved: {
    status: 400,
    message: 'A tool change references a tool that is not defined at that position.',
  },
  compaction_block_ambiguous: { status: 400, message: 'messages holds more than one compaction block.' },
  compaction_block_misplaced: { status: 400, message: 'The compaction block must come first.' },
  compaction_content_mismatch: {
    status: 400,
    message: 'The content of the compaction block differs from what its signature recorded.',
  },
  compaction_incomplete_turn: { status: 400, message: 'The conversation ends on an unfinished turn.' },
  compaction_nothing_to_summarize: { status: 400, message: 'messages holds nothing to summarize.' },
  compaction_signature_invalid: {
    status: 400,
    message: 'The signature of the compaction block does not verify.',
  },
  compaction_too_many_tool_references: {
    status: 400,
    message: 'The conversation references more tools than a compaction block can record.',
  },
  compaction_tool_changes_mismatch: {
    status: 400,
    message: 'The tool changes of the compaction block differ from what was returned with it.',
  },
  compaction_unavailable: {
    status: 529,
    message: 'The compaction could not be completed for a passing reason. Try again.',
  },
  request_body_too_large_after_decoding: {
    status: 413,
    message: 'The request body exceeds the size limit once decoded.',
  },
  sandbox_egress_restricted: {
    status: 403,
    message: 'A sandbox with restricted network access may not make this request.',
  },
  oauth_not_allowed_for_organization: {
    status: 403,
    message: 'OAuth authentication is currently not allowed for this organization.',
  },
  thread_already_continued: {
    status: 400,
    message: 'The response that previous_message_id names has already been continued.',
  },
  thread_continue_in_flight: {
    status: 400,
    message: 'Another request is still continuing from the same previous_message_id.',
  },
  thread_fingerprint_mismatch: {
    status: 400,
    message: 'A field differs from the value stored with the thread: system, tools.',
  },
  thread_unsupported_request: {
    status: 400,
    message: 'Threads do not support this request.',
    details: { unsupported: [] },
  },
  thread_not_found: { status: 404, message: 'No thread was found for previous_message_id.' },
  storage_quota_exceeded: {
    status: 400,
    message: 'The file storage of the organization is exhausted. Delete files, then upload again.',
  },
  file_expired: { status: 404, message: 'The file has expired.' },
};

/** All codes, in the order of the table. */
export const errorCodes: readonly string[] = Object.keys(codedErrors);

/** @param message replaces the usual sentence; @param details replaces the usual members beside the code */
export function codedError(code: string, message?: string, details?: JsonObject): ApiError {
  const known = codedErrors[code];
  if (known === undefined) throw new Error(`There is no error code "${code}".`);
  return new ApiError(known.status, message ?? known.message, {
    details: { error_code: code, ...(details ?? known.details) },
    headers: known.headers,
  });
}
