/* See date.h. Knows no clock. */
#include "base/date.h"

static bool read_number(int32_t *out, const char *digits, int count) {
    *out = 0;
    for (int i = 0; i < count; i++) {
        if (digits[i] < '0' || digits[i] > '9') {
            return false;
        }
        *out = *out * 10 + (digits[i] - '0');
    }
    return true;
}

static bool is_leap(int32_t year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int32_t days_in(int32_t year, int32_t month) {
    static const int32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

bool ispy_date_parse(int32_t *day, ispy_str text) {
    int32_t year;
    int32_t month;
    int32_t number;
    bool is_written = text.data != NULL && text.length == 10 && text.data[4] == '-' && text.data[7] == '-' &&
                      read_number(&year, text.data, 4) && read_number(&month, text.data + 5, 2) &&
                      read_number(&number, text.data + 8, 2);
    if (!is_written || year < 1970 || month < 1 || month > 12 || number < 1 || number > days_in(year, month)) {
        return false;
    }
    *day = number - 1;
    for (int32_t i = 1970; i < year; i++) {
        *day += is_leap(i) ? 366 : 365;
    }
    for (int32_t i = 1; i < month; i++) {
        *day += days_in(year, i);
    }
    return true;
}
