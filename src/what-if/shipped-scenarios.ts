/** The scenarios that need no file, as one would write them. */
export const shippedScenarios: ReadonlyMap<string, string> = new Map([
  [
    'week-200x4',
    `# A week of 200 sessions on four accounts with limits that are met, and an upstream with bad hours.
[traffic]
days = 7
sessions = 200

[[accounts]]
name = "team"
count = 4
requests_per_minute = 60
input_tokens_per_minute = 120000
output_tokens_per_minute = 16000
windows = [{ name = "5h", length = "5h", usd = 12 }, { name = "7d", length = "7d", usd = 120 }]

[[troubles]]            # one account out of reach for a while
account = "team-2"
kind = "unreachable"
from = "1d10h"
for = "25m"

[[troubles]]            # the upstream overloaded for everybody
kind = "overloaded"
from = "2d14h"
for = "10m"
share = 0.3
`,
  ],
  [
    'ten-devs',
    `# Ten developers for two days on three API keys of one small tier.
[traffic]
days = 2
sessions = 60
turns = 12
bursts = 0.4

[[accounts]]
name = "key"
count = 3
requests_per_minute = 50
input_tokens_per_minute = 40000
output_tokens_per_minute = 8000
`,
  ],
  [
    'plan-and-key',
    `# A plan that is to be used up first, and an API key behind it.
[traffic]
days = 5
sessions = 60

[[accounts]]
name = "plan"
priority = 1
windows = [{ name = "5h", length = "5h", usd = 12 }, { name = "7d", length = "7d", usd = 60 }]

[[accounts]]
name = "key"
priority = 2
requests_per_minute = 1000
input_tokens_per_minute = 450000
output_tokens_per_minute = 90000
`,
  ],
]);
