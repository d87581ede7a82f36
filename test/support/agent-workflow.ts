/** A stand-in for the shipped agent workflow: one job that runs a command and hands nothing over. */
export const agentWorkflow = (command: string): string => `name: roundtable agent
run-name: roundtable \${{ inputs.run }} \${{ inputs.unit }} \${{ inputs.role }} \${{ inputs.attempt }}
on:
  workflow_dispatch:
    inputs:
${["run", "unit", "role", "attempt", "reviewer", "nonce", "sha"].map((name) => `      ${name}: { type: string }`).join("\n")}
permissions: {}
jobs:
  work:
    runs-on: ubuntu-latest
    steps:
      - run: ${command}
`;
