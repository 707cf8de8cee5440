// Package clock reads the clocks of law and contract that run in a security incident: from when, until when, what stopped
// them.
//
// Legal hours are real hours: an instant is a point in UTC, so that 72 hours are 72 hours across the shifts of summer time.
// Only the month of NIS 2 is a calendar step, in Europe/Copenhagen. Nothing here asks what time it is: whoever reads gives
// the instant and gets back when the answer changes by itself.
package clock
