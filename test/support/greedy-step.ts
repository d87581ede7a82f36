/** A step of a stranger's workflow: it takes a secret and the job's token, and says in its log how far it came with them. */
export const greedyStep = (asks: {
  secret: string;
  path: string;
  body: object;
}): string => `      - shell: node
        env: { TOKEN: "\${{ github.token }}", SECRET: "\${{ secrets.${asks.secret} }}" }
        run: |
          const { GITHUB_API_URL: api, GITHUB_REPOSITORY: repository, TOKEN, SECRET } = process.env;
          const headers = { authorization: \`token \${TOKEN}\`, "user-agent": "job" };
          const body = JSON.stringify(${JSON.stringify(asks.body)});
          console.log(\`secret of \${SECRET.length} letters\`);
          fetch(\`\${api}/repos/\${repository}/${asks.path}\`, { method: "POST", headers, body }).then((r) => console.log("asked:", r.status));
`;
