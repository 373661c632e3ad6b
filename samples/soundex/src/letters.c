#include "letters.h"

char digit_of(char letter) {
    static const char digits[] = "01230120022455012623010202";
    if (letter == 'H' || letter == 'W') return 0;
    return letter >= 'A' && letter <= 'Z' ? digits[letter - 'A'] : 0;
}
