class Plugin:
    def run(self, job):
        print(job)
