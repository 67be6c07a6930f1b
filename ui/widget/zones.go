package widget

// Zone is a named rectangle of what was drawn last.
type Zone struct {
	ID         string
	Index      int
	X, Y, W, H int
}

// Zones remember where things were drawn, so that a click finds them. Later
// zones lie above earlier ones.
type Zones struct{ list []Zone }

// Reset forgets all zones; a View begins with it.
func (z *Zones) Reset() { z.list = z.list[:0] }

// Add remembers a rectangle.
func (z *Zones) Add(id string, index, x, y, w, h int) {
	z.list = append(z.list, Zone{ID: id, Index: index, X: x, Y: y, W: w, H: h})
}

// At finds the topmost zone at a cell.
func (z *Zones) At(x, y int) (Zone, bool) {
	for i := len(z.list) - 1; i >= 0; i-- {
		a := z.list[i]
		if x >= a.X && x < a.X+a.W && y >= a.Y && y < a.Y+a.H {
			return a, true
		}
	}
	return Zone{}, false
}

// Find gives a zone by its id and index.
func (z *Zones) Find(id string, index int) (Zone, bool) {
	for _, a := range z.list {
		if a.ID == id && a.Index == index {
			return a, true
		}
	}
	return Zone{}, false
}
