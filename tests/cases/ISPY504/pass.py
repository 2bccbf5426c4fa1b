COMMANDS = ['start', 'stop']
