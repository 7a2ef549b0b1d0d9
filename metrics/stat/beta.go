package stat

import (
	"math"
	"math/big"

	"gonum.org/v1/gonum/mathext"
)

// The distribution functions below exist because p-values are promised to 1e-12: building the prefactor from differences
// of log-gamma loses that beyond n of a few thousand. The prefactor here is Loader's saddle-point form ("Fast and accurate
// computation of binomial probabilities", 2000), which keeps relative error near 1e-14 at any n.

// stirlingError is ln Γ(x+1) − [(x+½) ln x − x + ½ ln 2π], the error of Stirling's formula. x > 0.
func stirlingError(x float64) float64 {
	if x < 16 {
		lg, _ := math.Lgamma(x + 1)
		return lg - (x+0.5)*math.Log(x) + x - 0.5*math.Log(2*math.Pi)
	}
	y := 1 / (x * x)
	return (1./12 - y*(1./360-y*(1./1260-y*(1./1680-y*(1./1188-y*691./360360))))) / x
}

// deviance is x ln(x/m) + m − x without the cancellation near x = m. x, m > 0.
func deviance(x, m float64) float64 {
	if math.Abs(x-m) >= 0.1*(x+m) {
		return x*math.Log(x/m) + m - x
	}
	// With v = (x−m)/(x+m): ln(x/m) = 2(v + v³/3 + v⁵/5 + …).
	v := (x - m) / (x + m)
	sum, term := (x-m)*v, 2*x*v
	for j := 3.0; ; j += 2 {
		term *= v * v
		next := sum + term/j
		if next == sum {
			return sum
		}
		sum = next
	}
}

// betaMass is xᵃ yᵇ / B(a, b) with y = 1 − x given separately so that neither end loses digits. a, b > 0; 0 < x < 1.
func betaMass(a, b, x, y float64) float64 {
	n := a + b
	log := stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n*x) - deviance(b, n*y)
	return math.Exp(log) * math.Sqrt(a*b/(2*math.Pi*n))
}

// betaTails gives I_x(a,b) and its complement, each accurate in its own tail. y = 1 − x.
func betaTails(a, b, x, y float64) (lower, upper float64) {
	switch {
	case x <= 0:
		return 0, 1
	case y <= 0:
		return 1, 0
	case x > (a+1)/(a+b+2):
		upper, lower = betaTails(b, a, y, x)
		return lower, upper
	}
	lower = betaMass(a, b, x, y) / a * betaFraction(a, b, x)
	return lower, 1 - lower
}

// betaFraction is the continued fraction of the incomplete beta function (DLMF 8.17.22) by the modified Lentz method;
// it needs about √max(a,b) steps where x < (a+1)/(a+b+2).
func betaFraction(a, b, x float64) float64 {
	const tiny = 1e-300
	floor := func(v float64) float64 {
		if math.Abs(v) < tiny {
			return tiny
		}
		return v
	}
	c, d := 1.0, 1/floor(1-(a+b)*x/(a+1))
	f := d
	for m := 1.0; m < 1e6; m++ {
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d = 1 / floor(1+even*d)
		c = floor(1 + even/c)
		f *= c * d
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d = 1 / floor(1+odd*d)
		c = floor(1 + odd/c)
		step := c * d
		f *= step
		if math.Abs(step-1) < 1e-16 {
			break
		}
	}
	return f
}

// betaQuantile is the x with I_x(a,b) = p, to full relative precision also when x is tiny. 0 < p < 1.
// The upper quantile is 1 − betaQuantile(p, b, a).
func betaQuantile(p, a, b float64) float64 {
	lo, hi, x := 0.0, 1.0, a/(a+b)
	for range 400 {
		lower, upper := betaTails(a, b, x, 1-x)
		excess := lower - p
		if p > 0.5 {
			excess = (1 - p) - upper
		}
		if excess > 0 {
			hi = x
		} else {
			lo = x
		}
		// The density is the mass over x(1−x). Newton in ln I keeps its speed in the far tail, where I itself is curved.
		slope := betaMass(a, b, x, 1-x) / (x * (1 - x))
		next := x - excess/slope
		if lower < p/2 {
			next = x * math.Exp(math.Log(p/lower)*lower/(x*slope))
		}
		if !(next > lo && next < hi) {
			next = lo + (hi-lo)/2
		}
		if math.Abs(next-x) <= 1e-16*x || hi-lo <= 1e-16*x {
			return next
		}
		x = next
	}
	return x
}

// studentTail is P(T > t) for Student's t with nu degrees of freedom; nu need not be whole.
func studentTail(t, nu float64) float64 {
	if t < 0 {
		return 1 - studentTail(-t, nu)
	}
	if math.IsInf(t, 1) {
		return 0
	}
	lower, _ := betaTails(nu/2, 0.5, nu/(nu+t*t), t*t/(nu+t*t))
	return lower / 2
}

// studentQuantile is the t > 0 with P(T > t) = tail. 0 < tail < ½.
func studentQuantile(tail, nu float64) float64 {
	lo, hi, t := 0.0, math.Inf(1), normalQuantile(tail)
	for range 400 {
		p := studentTail(t, nu)
		if p < tail {
			hi = t
		} else {
			lo = t
		}
		density := betaMass(nu/2, 0.5, nu/(nu+t*t), t*t/(nu+t*t)) / t
		next := t + (p-tail)/density
		if !(next > lo && next < hi) {
			next = 2 * t
			if !math.IsInf(hi, 1) {
				next = lo + (hi-lo)/2
			}
		}
		if math.Abs(next-t) <= 1e-16*t || hi-lo <= 1e-16*t {
			return next
		}
		t = next
	}
	return t
}

// normalTail is P(Z > z).
func normalTail(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }

// normalQuantile is the z with P(Z > z) = tail. 0 < tail < 1.
func normalQuantile(tail float64) float64 { return -mathext.NormalQuantile(tail) }

// twoSidedZ is the z that leaves (1−level)/2 on each side.
func twoSidedZ(level float64) float64 { return normalQuantile((1 - level) / 2) }

// chiSquareTail is P(χ²_df > x). df > 0.
func chiSquareTail(x, df float64) float64 {
	a, x := df/2, x/2
	if x <= 0 {
		return 1
	}
	// xᵃ e⁻ˣ / Γ(a+1), in Loader's form.
	mass := math.Exp(-stirlingError(a)-deviance(a, x)) / math.Sqrt(2*math.Pi*a)
	if x < a+1 {
		sum, term := 1.0, 1.0
		for k := a + 1; term > 1e-17*sum; k++ {
			term *= x / k
			sum += term
		}
		return 1 - mass*sum
	}
	// Legendre's continued fraction for the upper tail (DLMF 8.9.2), modified Lentz.
	b := x + 1 - a
	c, d := math.Inf(1), 1/b
	f := d
	for i := 1.0; i < 1e6; i++ {
		an := -i * (i - a)
		b += 2
		d = 1 / (an*d + b)
		c = b + an/c
		f *= c * d
		if math.Abs(c*d-1) < 1e-16 {
			break
		}
	}
	return mass * a * f
}

// binomialPMF is P(X = k) for X ~ Bin(n, p), 0 < p < 1.
func binomialPMF(k, n int, p float64) float64 {
	switch {
	case k < 0 || k > n:
		return 0
	case k == 0:
		return math.Exp(float64(n) * math.Log1p(-p))
	case k == n:
		return math.Pow(p, float64(n))
	}
	a, b := float64(k), float64(n-k)
	return betaMass(a, b, p, 1-p) * (a + b) / (a * b)
}

// binomialCDF is P(X ≤ k) for X ~ Bin(n, p), 0 < p < 1.
func binomialCDF(k, n int, p float64) float64 {
	switch {
	case k < 0:
		return 0
	case k >= n:
		return 1
	}
	lower, _ := betaTails(float64(n-k), float64(k+1), 1-p, p)
	return lower
}

// exactCoin is the largest n for which [fairCoin] counts in whole numbers, some tens of microseconds at most.
const exactCoin = 1000

// fairCoin is P(X ≤ k) and P(X = k) for X ~ Bin(n, ½), 0 ≤ k ≤ n. Up to n = exactCoin both are the float64 next to the
// true value; beyond, they are good to about 13 digits.
func fairCoin(k, n int) (cdf, pmf float64) {
	if n > exactCoin {
		return binomialCDF(k, n, 0.5), binomialPMF(k, n, 0.5)
	}
	ways, sum := big.NewInt(1), big.NewInt(1) // C(n, i), and C(n, 0) + … + C(n, i)
	for i := range int64(k) {
		ways.Mul(ways, big.NewInt(int64(n)-i))
		ways.Quo(ways, big.NewInt(i+1))
		sum.Add(sum, ways)
	}
	share := func(count *big.Int) float64 { // of the 2ⁿ sequences
		f := new(big.Float).SetInt(count)
		f64, _ := f.SetMantExp(f, -n).Float64()
		return f64
	}
	return share(sum), share(ways)
}
