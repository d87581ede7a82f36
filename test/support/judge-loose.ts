/** Where GitHub itself does not keep to its descriptions, or no program can: each with the reason. */
export const looseFields: readonly { where: RegExp; why: string }[] = [
  {
    where: /^GET \/app\/installations 200: \/\d+\/account must/u,
    why: "described there as a user and an enterprise at once; it is one of them, as the description of an installation itself says",
  },
  {
    where: /email must match format "email"$/u,
    why: "the noreply addresses of bots have brackets, as in 41898282+github-actions[bot]@users.noreply.github.com",
  },
  {
    where: /^webhook (?:issue_dependencies|sub_issues) .* must have required property 'organization'$/u,
    why: "described for organizations only, sent for people's repositories too",
  },
  {
    where: /^PUT \/repos\/.* 409: \/ must match exactly one schema in oneOf$/u,
    why: "every refusal fits both of the two described: neither requires anything",
  },
  {
    where: /^(?:GET|POST) \/repos\/.* 20[01]: .*\/(?:original_)?line must be integer$/u,
    why: "null in comments on a file as a whole",
  },
  {
    where: /^GET \/repos\/.* 200: .*\/labels\/\d+\/description must be string$/u,
    why: "null where a label has none, as the description of a label itself says; only that within listed pull requests does not",
  },
  {
    where: /^GET \/app\/installations 200: \/\d+\/account /u,
    why: "described as a person and an enterprise at once, which nothing can be; a single installation has either",
  },
  {
    where: /^(?:GET|PATCH) \/repos\/.*\/pulls.* 200: .*\/head\/repo must be object$/u,
    why: "null once the fork is deleted, as many stored answers show",
  },
  {
    where: /^GET \/repos\/.*\/actions\/runs.* 200: .*\/head_repository must be object$/u,
    why: "null once the fork is deleted",
  },
];
