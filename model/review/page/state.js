// What is open and what is chosen in it: the one thing that all modules share.

export const view = {
  types: [],
  statuses: [],
  letters: [], // of the statuses, in their order
  roles: [],
  queue: { documents: [] },
  sheet: null, // the document that is open
  current: "", // name of the item that has the focus
  cast: false, // whether its participants are open
  part: "", // name of the participant that has the focus
  taken: null, // words that are taken: the number of the first and of the last one that was touched
  sought: null, // how a word begins that is looked for
  scores: false,
  warned: "", // what was asked about, and is done where it is asked for again
};

// Whether something that is seldom meant was asked for a second time.
export function again(what) {
  if (view.warned === what) return true;
  view.warned = what;
  return false;
}
