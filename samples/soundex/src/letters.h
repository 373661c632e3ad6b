#ifndef LETTERS_H
#define LETTERS_H
/* The digit of a letter, '0' for a vowel, 0 for one that is passed over. */
char digit_of(char letter);
#endif
