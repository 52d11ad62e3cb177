package train

// has reports whether an epoch measured something.
func has(m Metric, key string) bool {
	_, ok := m.Values.Get(key)
	return ok
}
