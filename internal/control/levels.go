package control

import "github.com/tilsyn-dev/tilsyn/api/v1alpha1"

// Levels are the effective levels of a solution.
type Levels struct {
	Confidentiality v1alpha1.Confidentiality
	Integrity       v1alpha1.Level
	Availability    v1alpha1.Level
}

// HighestLevels judge what concerns every solution, such as the platform.
func HighestLevels() Levels {
	return Levels{v1alpha1.ConfidentialitySensitive, v1alpha1.LevelHigh, v1alpha1.LevelHigh}
}

// Confidentialities lists the levels of confidentiality, lowest first.
func Confidentialities() []v1alpha1.Confidentiality {
	return []v1alpha1.Confidentiality{v1alpha1.ConfidentialityPublic, v1alpha1.ConfidentialityInternal,
		v1alpha1.ConfidentialityConfidential, v1alpha1.ConfidentialitySensitive}
}

// Grades lists the levels of integrity and availability, lowest first.
func Grades() []v1alpha1.Level {
	return []v1alpha1.Level{v1alpha1.LevelLow, v1alpha1.LevelMedium, v1alpha1.LevelHigh}
}

// AtLeast tells whether a level is the given one or a higher one. A level that is not known counts as the highest.
func AtLeast(l, least v1alpha1.Confidentiality) bool {
	return confidentialityRank(l) >= confidentialityRank(least)
}

// GradeAtLeast is AtLeast for integrity and availability.
func GradeAtLeast(l, least v1alpha1.Level) bool { return gradeRank(l) >= gradeRank(least) }

// Max takes the higher of each level.
func (l Levels) Max(o Levels) Levels {
	if !AtLeast(l.Confidentiality, o.Confidentiality) {
		l.Confidentiality = o.Confidentiality
	}
	if !GradeAtLeast(l.Integrity, o.Integrity) {
		l.Integrity = o.Integrity
	}
	if !GradeAtLeast(l.Availability, o.Availability) {
		l.Availability = o.Availability
	}
	return l
}

func confidentialityRank(l v1alpha1.Confidentiality) int {
	switch l {
	case v1alpha1.ConfidentialityPublic:
		return 0
	case v1alpha1.ConfidentialityInternal:
		return 1
	case v1alpha1.ConfidentialityConfidential:
		return 2
	default:
		return 3
	}
}

func gradeRank(l v1alpha1.Level) int {
	switch l {
	case v1alpha1.LevelLow:
		return 0
	case v1alpha1.LevelMedium:
		return 1
	default:
		return 2
	}
}
