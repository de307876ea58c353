/* stamp FILE TEXT PID_FILE: writes the text at the beginning of a file that is there, and its process id elsewhere. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int count, char **argument)
{
    if (count != 4) {
        return 2;
    }
    int file = open(argument[1], O_WRONLY);
    size_t length = strlen(argument[2]);
    if (file < 0 || write(file, argument[2], length) != (ssize_t)length) {
        perror(argument[1]);
        return 1;
    }
    FILE *elsewhere = fopen(argument[3], "w");
    if (elsewhere == NULL || fprintf(elsewhere, "%d\n", (int)getpid()) < 0 || fclose(elsewhere) != 0) {
        perror(argument[3]);
        return 1;
    }
    return 0;
}
