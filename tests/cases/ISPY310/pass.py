def register(application, settings, **options):
    return application, settings, options
