// Package assurance reads statements of assurance: whether one was received and passed on, what in it cannot be true, what is
// missing, which kind it is against the kind required, and what became of the auditor's observations.
//
// Dates keep the precision they were written with. "2023-12" is some day of that month, so that "before" and "after" have
// three answers, and a doubt is raised only where every day that could be meant raises it. There is no clock: whoever asks
// gives the instant.
package assurance
