package drill

// Die makes the run's lock free, as the death of its process does.
func (r *Run) Die() { r.unlock() }

// MaskBody is maskBody.
var MaskBody = maskBody
