package mix

// maxChannels is the most channels one affine holds: images of more, channels
// last, are normalised channel by channel.
const maxChannels = 16

// affine is the scale and shift of each channel, in turn, for long enough that
// vectors of 16 can start at any channel and run to where the lists repeat.
type affine struct {
	channels     int
	scale, shift [(16 + 1) * maxChannels]float32
}

// set takes the channels [from, from+channels) of a normalisation.
func (t *affine) set(n *Normalization, from, channels int) {
	t.channels = channels
	for c := range channels {
		scale, shift := n.affine(from + c)
		for i := c; i < 17*channels; i += channels {
			t.scale[i], t.shift[i] = scale, shift
		}
	}
}
