package main

func takeDrill(l *lab) ([]row, error)  { return nil, nil }
