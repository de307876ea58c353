/**
 * What is read from the source while it changes, and why what comes out is exact.
 *
 * <p><b>Windows.</b> A range of a file is read between two LSNs, (low, high]:
 *
 * <ol>
 *   <li>The drain thread sends WindowOpened at the drained LSN, <i>low</i>, and hands the window to a reader.
 *   <li>The reader reads, issues a full fence, and notes the slots in flight.
 *   <li>When each of those has moved on, the drain thread loads the ring's tail. When the ring is drained to that tail,
 *       the chunks have arrived and no watermark covers the drained LSN, <i>high</i>, it sends the ChunkReference at high.
 * </ol>
 *
 * <p>Claim: the bytes read, less the ranges changed by events sent between the two records, plus those events, are the
 * file's bytes at high. Take a byte <i>b</i> and the last change of it with an LSN up to high.
 *
 * <ul>
 *   <li>It has an LSN up to low: it had been made before it was claimed, and claimed before low was sent, so the read saw
 *       it or a later one. A later one that the read saw had been made before the read ended. Either it was claimed by then,
 *       or its slot was in flight at the fence (the slot is announced, with a full fence, before the call is made: whoever
 *       reads the change and then scans the slots finds it, unless it has been claimed meanwhile). Step 3 waits for it, so
 *       its LSN is below that tail, thus up to high: against the choice of the last change. So the read saw this one.
 *   <li>It has an LSN in (low, high]: its event was sent between the two records, in the same partition, so <i>b</i> is
 *       among the ranges changed, and the last such event gives its value.
 * </ul>
 *
 * <p>The size is a byte like any other, but that a write only extends it: the stream processor folds the window's changes
 * of size over the size read. Two changes of one byte have LSNs in the order in which they were made: writers see to
 * that (the bakery and the name lock of docs/RING.md), and say FLAG_REREAD or FLAG_UNORDERED where they could not; then,
 * and where a writer died, the range is read again in a window opened after that LSN, inside a copy (CopyBegun,
 * CopyEnded) that keeps cuts away.
 *
 * <p>For the listing the registers are not bytes but names, (directory id, name), and a register's last change in the
 * window beats what was read: {@link io.catchwater.tree.Listing}.
 *
 * <p><b>Watermarks.</b> A sink may cut at L as soon as watermarks cover L. Hence nothing that changes the replica, or ends a
 * copy, is sent at an LSN that a watermark has covered: {@link io.catchwater.bridge.publish.EventLog#isAboveWatermark}.
 * A copy's CopyBegun comes before all that must not be cut apart from it.
 *
 * <p><b>Which file.</b> Files are found by the path that the names give at the drained position, and told by their id after
 * opening. On another id the ring is drained to a tail that holds every change of names that may have led there, and the
 * path looked up again. While names are listed no window is opened.
 *
 * <p><b>Exclusion.</b> Where there is one, the bytes of a change are sent only when the file is known: its content is in the
 * stream, or its copy is ordered. Nothing is missed by that: a file becomes known by the event that creates it, by one that
 * brings it in, or by the end of a listing, and its copy is ordered then. The first window of that opens at a low that is not
 * below the LSN of any change left out. A file that is no longer known is gone for the stream, or will be read from its
 * beginning, in a copy that was begun before the directory's name changed.
 */
package io.catchwater.bridge.copy;
