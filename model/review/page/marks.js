// Marked events and their participants, as the server keeps them. All offsets of the page count UTF-16 units, as
// JavaScript does; the server converts them.

export const key = (mark) => `${mark.start}:${mark.end}:${mark.type}`;
export const nameOf = (item) => (item.state === "open" ? `${key(item)}:${item.status}` : key(item));
export const partName = (role) => `${role.start}:${role.end}:${role.role}`;
export const overlap = (one, other) => one.start < other.end && other.start < one.end;

const byPlace = (one, other) => one.start - other.start || one.end - other.end || (one.role < other.role ? -1 : 1);

// Who suggests a participant, and how surely, is not kept.
function roleOf({ role, start, end, head }) {
  return head ? { role, start, end, head } : { role, start, end };
}

// What is kept of an item where something of it changes. Participants that somebody looked at ("seen") are labels,
// others remain a suggestion; who took part in an arrest may have had no part in an expulsion.
export function markOf(item, changes) {
  const { start, end, type, status, roles, seen } = { ...item, ...changes };
  const mark = { start, end, type };
  if (status) mark.status = status;
  if (roles) mark.roles = roles.map(roleOf).sort(byPlace);
  if (seen && type === item.type) mark.seen = true;
  return mark;
}

const plain = (mark) => JSON.stringify([
  key(mark), mark.status || "", !!mark.rejected, !!mark.seen,
  mark.roles ? [...mark.roles].sort(byPlace).map((role) => [partName(role), role.head || null]) : null,
]);
export const sameMark = (one, other) => plain(one) === plain(other);

// Two participants in one role that share a word; they are never labels.
export function clash(roles) {
  for (const one of roles) {
    const other = roles.find((role) => role !== one && role.role === one.role && overlap(role, one));
    if (other) return [one, other];
  }
  return null;
}

// Steps: what is removed, what is added, and whether the document is complete from then on.

export const sides = (step) => ({ remove: step.remove || [], add: step.add || [], complete: step.complete ?? null });

export function sameStep(one, other) {
  const told = (step) => JSON.stringify([
    ...["remove", "add"].map((side) => sides(step)[side].map(plain)), sides(step).complete,
  ]);
  return told(one) === told(other);
}

export function inverse(step) {
  const turned = { remove: step.add, add: step.remove, before: step.complete ?? step.before };
  if (step.complete !== undefined && step.complete !== null) turned.complete = step.before;
  return turned;
}
