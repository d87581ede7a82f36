/** A configuration whose plans a model refines before anybody agrees to them. */
export const PLANNED = `version: 1
verify: [npm test]
planner: model
agents: { coder: { backend: claude, model: m }, thinker: { backend: claude, model: m } }
prices: { m: { input: 1, output: 1 } }
routing: { default: coder, plan: thinker }
budget: { plan: 1 }
`;
