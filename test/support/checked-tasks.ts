/** Two units that write one file, a checkpoint over them, and one that comes after it. */
export const CHECKED = `- [ ] 1. Write a
  - _writes: src/1.txt, shared.txt_
- [ ] 2. Write b
  - _writes: src/2.txt, shared.txt_
  - _Depends: 1_
- [ ] 3. Checkpoint - all tests pass
- [ ] 4. Write c
  - _writes: src/4.txt_
`;
