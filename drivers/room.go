package drivers

import (
	"fmt"

	"github.com/dustin/go-humanize"
)

// mostMargin ends what is asked for beyond what a restore needs.
const mostMargin = 1 << 30

// Room is the free space of one file system.
type Room struct {
	Path string // in it, for a person
	Free int64  // bytes that this process, or the server, may still write
	Hint string // what to do when that is too little
}

// Refuse refuses a restore that needs more than there is: its bytes and a
// tenth of them, at most 1 GiB, since the file system's own records take room
// and others write as well.
func (r Room) Refuse(driver, op string, need int64) error {
	margin := min(need/10, mostMargin)
	if r.Free >= need+margin {
		return nil
	}
	return &Error{Driver: driver, Op: op, Object: r.Path, Err: &noRoom{need, margin, r.Free}, Hint: r.Hint}
}

// noRoom is both ErrNoSpace and ErrTargetUnsafe: a guard rail refused the
// target, and nothing was written.
type noRoom struct{ need, margin, free int64 }

// Error says how much is needed and how much there is.
func (e *noRoom) Error() string {
	return fmt.Sprintf("refused: its file system has %s free, the restore needs %s and %s to spare",
		size(e.free), size(e.need), size(e.margin))
}

func size(n int64) string { return humanize.IBytes(uint64(max(0, n))) } //nolint:gosec // not negative

// Is makes it both sentinels.
func (e *noRoom) Is(target error) bool { return target == ErrNoSpace || target == ErrTargetUnsafe }
