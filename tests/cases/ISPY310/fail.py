def register(application, settings):
    return application, settings
