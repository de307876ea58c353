/**
 * The ring as the bridge sees it: making the file, reading entries, watching what is in flight, and repairing what
 * the dead leave behind.
 *
 * <p>The protocol and the memory order are in docs/RING.md, the layout in ring.def. Everything in the file can be
 * overwritten by the captured programs: each value is read once, checked, and only then used.
 */
package io.catchwater.bridge.ring;
