// Package decide turns results into decisions: which fail, which are excepted and until when, what that makes of each
// party's state, and when any of it changes by itself.
//
// It is pure: results, the profile's modes, exceptions, the time and a Memory go in; decisions and the next Memory come
// out. The Memory tells since when a result is what it is, so that states that pass by themselves do not alarm.
package decide
