package main

func takeOutput(l *lab) ([]row, error)  { return nil, nil }
func takeHash(l *lab) ([]row, error)    { return nil, nil }
func takeDrill(l *lab) ([]row, error)   { return nil, nil }
func takeHistory(l *lab) ([]row, error) { return nil, nil }
