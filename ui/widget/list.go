package widget

// List is where the operator is in a list: what is selected and what is in
// view. The zero value is the top of an empty list.
type List struct {
	Len    int
	Cursor int
	Offset int
	Height int // rows in view at the last Fit
}

// SetLen tells the list its length, keeping the cursor inside.
func (l *List) SetLen(n int) {
	l.Len = n
	l.Move(0)
}

// Move moves the cursor by d.
func (l *List) Move(d int) {
	l.Cursor = max(0, min(l.Cursor+d, l.Len-1))
	l.Fit(l.Height)
}

// To puts the cursor on row i.
func (l *List) To(i int) { l.Move(i - l.Cursor) }

// Page moves by d pages.
func (l *List) Page(d int) { l.Move(d * max(1, l.Height-1)) }

// Wheel moves the view by d rows and takes the cursor along where it must.
func (l *List) Wheel(d int) {
	l.Offset = max(0, min(l.Offset+d, l.Len-l.Height))
	l.Cursor = max(l.Offset, min(l.Cursor, l.Offset+max(l.Height, 1)-1))
	l.Cursor = max(0, min(l.Cursor, l.Len-1))
}

// Fit says how many rows are in view, and scrolls so that the cursor is.
func (l *List) Fit(height int) {
	l.Height = max(height, 0)
	if l.Cursor < l.Offset {
		l.Offset = l.Cursor
	}
	if l.Height > 0 && l.Cursor >= l.Offset+l.Height {
		l.Offset = l.Cursor - l.Height + 1
	}
	l.Offset = max(0, min(l.Offset, l.Len-l.Height))
}

// At gives the row that is y rows below the top of the view, or -1.
func (l *List) At(y int) int {
	if i := l.Offset + y; y >= 0 && y < l.Height && i < l.Len {
		return i
	}
	return -1
}

// Scroll says what of the list is in view.
func (l *List) Scroll() Scroll { return Scroll{Offset: l.Offset, Visible: l.Height, Total: l.Len} }

// Key moves by a key, and says whether it was one of movement.
func (l *List) Key(key string) bool {
	switch key {
	case "up", "k":
		l.Move(-1)
	case "down", "j":
		l.Move(1)
	case "pgup", "ctrl+b":
		l.Page(-1)
	case "pgdown", "ctrl+f", " ", "space":
		l.Page(1)
	case "home", "g":
		l.To(0)
	case "end", "G":
		l.To(l.Len - 1)
	default:
		return false
	}
	return true
}

// Scroll is what part of something long is in view.
type Scroll struct{ Offset, Visible, Total int }

// thumb gives the first and the last row of a scroll bar of n rows; none when
// all is in view.
func (s Scroll) thumb(n int) (from, to int, ok bool) {
	if s.Visible <= 0 || s.Total <= s.Visible || n <= 0 {
		return 0, 0, false
	}
	size := max(1, n*s.Visible/s.Total)
	from = (n - size) * s.Offset / max(1, s.Total-s.Visible)
	return from, min(from+size, n) - 1, true
}
