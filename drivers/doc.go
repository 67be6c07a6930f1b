// Package drivers holds the words and the seam of the backup tools: Driver and
// its abilities, recovery points, grades of verification, plans, evidence and
// errors. It holds no tool's code and imports nothing else of this project.
//
// One package below it knows one tool (drivers/pgdump, drivers/sqlite …).
// drivers/command is the only door to child processes; drivers/repo knows
// where backups lie; drivers/all names every driver.
package drivers
